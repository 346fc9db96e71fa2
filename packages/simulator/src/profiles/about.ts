/** The text that a profile begins with. */
export const firstAbout = 'Hey there!'
