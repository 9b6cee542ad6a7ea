;; A load out of bounds traps although nothing uses its result; the address is the argument.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load (local.get 0)))
    (i64.const 7)))
