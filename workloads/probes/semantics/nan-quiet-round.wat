;; A signalling NaN that is rounded is a quiet one.
;; argument: 2141192193
;; expect: 1
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.shr_u (i32.and (i32.const 0x400000)
      (i32.reinterpret_f32 (f32.nearest (f32.floor (f32.reinterpret_i32 (local.get 0)))))) (i32.const 22)))))
