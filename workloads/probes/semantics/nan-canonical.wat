;; Arithmetic on nothing but canonical NaNs gives the canonical NaN.
;; argument: 2143289344
;; expect: 0x7fc00000
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.and (i32.const 0x7fffffff) (i32.reinterpret_f32
      (f32.sqrt (f32.add (f32.reinterpret_i32 (local.get 0)) (f32.const 1))))))))
