;; A load out of bounds traps although its result is multiplied by zero.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.add (i64.const 7) (i64.mul (i64.load (local.get 0)) (i64.const 0)))))
