;; Copying a byte of a dropped segment traps.
;; argument: 1
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (data $d "abc")
  (func (export "run") (param i32) (result i64)
    (data.drop $d)
    (memory.init $d (i32.const 0) (i32.const 0) (local.get 0))
    (i64.const 7)))
