;; Halves are rounded to the even number, and what is rounded to zero keeps its sign.
;; argument: 0
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (i64.or (i64.xor
      (i64.reinterpret_f64 (f64.nearest (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 2.5))))
      (i64.const 0x4000000000000000))
      (i64.xor
      (i64.reinterpret_f64 (f64.nearest (f64.sub (f64.convert_i32_s (local.get 0)) (f64.const 0.3))))
      (i64.const 0x8000000000000000)))))
