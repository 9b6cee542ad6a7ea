;; Copying no bytes of a dropped segment to the memory's end is right.
;; argument: 65536
;; expect: 7
(module
  (memory 1)
  (data $d "abc")
  (func (export "run") (param i32) (result i64)
    (data.drop $d)
    (memory.init $d (local.get 0) (i32.const 0) (i32.const 0))
    (i64.const 7)))
