//! Whether a file is on a network drive.

use std::fs;
use std::path::Path;

/// File systems that other machines share. The write-ahead log needs memory that all its processes share, which only
/// works on one machine; and not all of them keep file locks (`crates` facts, ledger).
const NETWORK: [&str; 8] = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs"];

/// The type of the network file system that a file is on. `None` for a local one, and on systems without
/// `/proc/self/mounts`.
pub(super) fn network_drive(path: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    // The folder, because the file may not exist yet. The parent of a bare file name is the empty path.
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Mount points are real paths: a link would hide that it leads to another file system.
    let folder = folder.canonicalize().ok()?;
    file_system(&mounts, &folder).filter(|kind| NETWORK.contains(&kind.as_str()))
}

/// The type of the innermost mount that contains `folder`, from the lines of `/proc/self/mounts`.
fn file_system(mounts: &str, folder: &Path) -> Option<String> {
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        // The kernel writes a space in a path as an octal escape (getmntent(3)).
        let mount_point = words.next()?.replace("\\040", " ");
        folder.starts_with(&mount_point).then_some((mount_point.len(), words.next()?.to_owned()))
    };
    mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_decides_the_type() {
        let mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/x /mnt/team\\040share nfs4 rw 0 0\ntmpfs /mnt/team\\040share/local tmpfs rw 0 0\n";
        let kind = |folder: &str| file_system(mounts, Path::new(folder));
        assert_eq!(kind("/home/x").as_deref(), Some("ext4"));
        assert_eq!(kind("/mnt/team share/meeting").as_deref(), Some("nfs4"));
        assert_eq!(kind("/mnt/team share/local/x").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/mnt/teams").as_deref(), Some("ext4"));
    }
}
