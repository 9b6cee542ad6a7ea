;; An empty active data segment at the memory's end is right.
;; expect: 7
(module
  (memory 1)
  (data (i32.const 65536) "")
  (func (export "run") (param i32) (result i64) (i64.const 7)))
