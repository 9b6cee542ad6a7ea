;; An active element segment that does not fit makes instantiation trap.
;; expect: trap table_out_of_bounds
(module
  (table 1 funcref)
  (elem (i32.const 1) $run)
  (func $run (export "run") (param i32) (result i64) (i64.const 7)))
