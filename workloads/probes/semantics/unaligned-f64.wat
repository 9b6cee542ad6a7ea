;; Unaligned 64-bit floats are right.
;; argument: 3
;; expect: 0x3ff8000000000000
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (f64.store align=8 (local.get 0) (f64.const 1.5))
    (i64.load (local.get 0))))
