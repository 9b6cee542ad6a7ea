;; An indirect call of an element behind the table's end traps.
;; argument: 4
;; expect: trap table_out_of_bounds
(module
  (type $kernel (func (param i32) (result i64)))
  (type $same (func (param i32) (result i64)))
  (type $other (func (param i64) (result i64)))
  (table 4 funcref)
  (elem (i32.const 0) $same $other)
  (func $same (type $same) (i64.const 7))
  (func $other (type $other) (i64.const 8))
  (func (export "run") (type $kernel)
    (call_indirect (type $kernel) (i32.const 0) (local.get 0))))
