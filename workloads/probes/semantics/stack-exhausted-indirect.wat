;; Recursion without an end through a table exhausts the stack.
;; argument: 1
;; expect: trap stack_exhausted
(module
  (type $kernel (func (param i32) (result i64)))
  (table funcref (elem $run))
  (memory 1)
  (func $run (export "run") (type $kernel)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 0))))
    (i64.load (i32.wrap_i64 (call_indirect (type $kernel)
      (i32.add (local.get 0) (i32.const 1)) (i32.const 0))))))
