;; A store out of bounds traps although nothing loads what it stores.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i32.store (local.get 0) (i32.const 1))
    (i64.const 7)))
