/*
 * A disk that can be told to misbehave, for the files of the database alone: loaded into a gateway by LD_PRELOAD.
 *   DISK_UNDO=path      what a power cut would take back is written there (undo-log.ts reads it)
 *   DISK_FAIL_FROM=path while this file is there, every sync fails with EIO
 *   DISK_DELAY_MS=n     each sync takes so much longer
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WROTE = 1, SYNCED = 2 };
struct record {
  uint32_t kind, path_length;
  uint64_t offset, length, old_size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int undo_log = -1;

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  const char *path = getenv("DISK_UNDO");
  if (path) undo_log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

/* The database and its log; what is mapped into memory beside them is made anew at every start. */
static int path_of(int fd, char *path) {
  char link[64] = "/proc/self/fd/";
  char digits[16];
  int at = 16;
  digits[--at] = 0;
  for (unsigned left = (unsigned)fd; at > 0; left /= 10) {
    digits[--at] = (char)('0' + left % 10);
    if (left < 10) break;
  }
  strcat(link, digits + at);
  ssize_t length = readlink(link, path, 4095);
  if (length <= 0) return 0;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  return name && (!strcmp(name, "/gangway.db") || !strcmp(name, "/gangway.db-wal"));
}

static void note(uint32_t kind, int fd, const char *path, uint64_t offset, uint64_t length) {
  struct stat now;
  if (undo_log < 0 || fstat(fd, &now)) return;
  uint64_t size = (uint64_t)now.st_size;
  if (offset >= size) length = 0;
  else if (offset + length > size) length = size - offset;
  struct record record = {kind, (uint32_t)strlen(path), offset, length, size};
  size_t whole = sizeof record + record.path_length + length;
  char *bytes = malloc(whole);
  memcpy(bytes, &record, sizeof record);
  memcpy(bytes + sizeof record, path, record.path_length);
  if (length && pread(fd, bytes + sizeof record + record.path_length, length, (off_t)offset) < 0) abort();
  if (real_write(undo_log, bytes, whole) != (ssize_t)whole) abort();
  free(bytes);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  char path[4096];
  if (!path_of(fd, path)) return real_pwrite(fd, data, length, offset);
  pthread_mutex_lock(&lock);
  note(WROTE, fd, path, (uint64_t)offset, length);
  ssize_t result = real_pwrite(fd, data, length, offset);
  pthread_mutex_unlock(&lock);
  return result;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
  char path[4096];
  if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
  if (!path_of(fd, path)) return real_write(fd, data, length);
  pthread_mutex_lock(&lock);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  note(WROTE, fd, path, (uint64_t)offset, length);
  ssize_t result = real_write(fd, data, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate64(int fd, off_t size) {
  char path[4096];
  if (!path_of(fd, path)) return real_ftruncate(fd, size);
  pthread_mutex_lock(&lock);
  note(WROTE, fd, path, (uint64_t)size, UINT64_MAX / 2);
  int result = real_ftruncate(fd, size);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_with(int (*sync_it)(int), int fd) {
  char path[4096];
  if (!path_of(fd, path)) return sync_it(fd);
  const char *fail = getenv("DISK_FAIL_FROM");
  if (fail && !access(fail, F_OK)) {
    errno = EIO;
    return -1;
  }
  const char *delay = getenv("DISK_DELAY_MS");
  if (delay) usleep((useconds_t)atoi(delay) * 1000);
  pthread_mutex_lock(&lock);
  int result = sync_it(fd);
  if (!result) note(SYNCED, fd, path, 0, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }
