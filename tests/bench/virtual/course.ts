/** The session of Koch et al. 2022: 40 trains of 2 s at 20 Hz, 32 times over 24 weeks. */
export const PROTOCOL = "koch-2022-precuneus-24wk";
export const THRESHOLD = "RMT=45";
export const COURSE_SESSIONS = 32;
/** 39 trains every 30 s and a last one of 2 s. */
export const SESSION_S = 1172;
