// The program that stands in the place of an instance: it says that it is ready, then answers one question after the
// other with the kernel `noop`, and ends when nobody can ask any more. Questions are an int32_t on descriptor 0, answers
// an int64_t on descriptor 1, both as the machine writes them; the word that says "ready" is 0.
#include <stdint.h>
#include <unistd.h>

int64_t run(int32_t n);

int main(void) {
    int64_t answer = 0;
    int32_t question;
    while (write(1, &answer, sizeof answer) == sizeof answer && read(0, &question, sizeof question) == sizeof question)
        answer = run(question);
    return 0;
}
