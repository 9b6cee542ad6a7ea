;; A signalling NaN times one is a quiet one: the multiplication is not left out.
;; argument: 2141192193
;; expect: 1
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.shr_u (i32.and (i32.const 0x400000)
      (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get 0)) (f32.const 1)))) (i32.const 22)))))
