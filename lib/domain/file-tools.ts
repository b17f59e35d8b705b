/** Tools that read one file: what the figure "files read" counts. */
export const fileTools: readonly string[] = ['read_text_file', 'get_file_contents'];
