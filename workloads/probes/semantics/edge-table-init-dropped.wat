;; Copying an element of a dropped segment traps.
;; argument: 1
;; expect: trap table_out_of_bounds
(module
  (table 10 funcref)
  (elem $e func $other)
  (func $other)
  (func (export "run") (param i32) (result i64)
    (elem.drop $e)
    (table.init $e (i32.const 0) (i32.const 0) (local.get 0))
    (i64.const 7)))
