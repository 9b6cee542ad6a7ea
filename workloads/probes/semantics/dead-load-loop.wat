;; A load out of bounds traps in the last turn of a loop that computes nothing with it.
;; argument: 0
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (loop $next
      (drop (i32.load (local.get 0)))
      (local.set 0 (i32.add (local.get 0) (i32.const 4096)))
      (br_if $next (i32.le_u (local.get 0) (i32.const 65536))))
    (i64.const 7)))
