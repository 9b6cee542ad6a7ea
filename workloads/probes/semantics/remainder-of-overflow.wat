;; The remainder of the smallest number and -1 is 0 and no trap.
;; argument: -1
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend_i32_s (i32.rem_s (i32.const 0x80000000) (local.get 0)))
      (i64.rem_s (i64.const 0x8000000000000000) (i64.extend_i32_s (local.get 0))))))
