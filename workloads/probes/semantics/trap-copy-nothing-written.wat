;; A copy of which a part is outside writes nothing before it traps: the second call would return what it found.
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (data (i32.const 0) "abcdefghi")
  (func (export "run") (param i32) (result i64)
    (if (i32.eqz (i64.eqz (i64.load (i32.const 65528)))) (then (return (i64.load (i32.const 65528)))))
    (memory.copy (i32.const 65528) (i32.const 0) (i32.const 9))
    (i64.const 7)))
