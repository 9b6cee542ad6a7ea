;; What a memory grew by is zero, and its last byte is inside.
;; expect: 0
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (memory.grow (i32.const 1)))
    (i64.or (i64.load (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 8)))
            (i64.load (i32.const 65536)))))
