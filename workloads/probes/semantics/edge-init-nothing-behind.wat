;; Copying no bytes from behind a segment's end traps.
;; argument: 4
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (data $d "abc")
  (func (export "run") (param i32) (result i64)
    (memory.init $d (i32.const 0) (local.get 0) (i32.const 0))
    (i64.const 7)))
