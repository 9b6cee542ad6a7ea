;; -0 plus +0 is +0: the addition is not left out.
;; argument: 0
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.reinterpret_f32 (f32.add (f32.neg (f32.convert_i32_s (local.get 0))) (f32.const 0))))))
