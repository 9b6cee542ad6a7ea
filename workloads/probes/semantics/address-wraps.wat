;; An address that was added up in 32 bits wraps around: -4 and 8 are 4.
;; argument: -4
;; expect: 7
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.store (i32.const 4) (i64.const 7))
    (i64.load (i32.add (local.get 0) (i32.const 8)))))
