;; Both operands of a select are evaluated: the load that is not selected traps.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (select (i32.const 7) (i32.load (local.get 0)) (i32.const 1)))))
