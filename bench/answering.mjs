/**
 * Makes a process of the benchmark do what it is asked over IPC: each question has a function that takes the rest of the
 * message and answers, at once or later.
 */
export function answerQuestions(questions) {
  process.on('message', async ({ call, question, ...more }) => {
    const work = questions[question]
    if (!work) return
    try {
      process.send({ call, answer: await work(more) })
    } catch (error) {
      process.send({ call, error: String(error) })
    }
  })
  // The probe let go of it, for programs that end by themselves.
  process.channel.ref()
  process.once('SIGTERM', () => process.exit())
  console.log('ready')
}
