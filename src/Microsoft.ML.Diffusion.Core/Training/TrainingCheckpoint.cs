using System.Diagnostics;
using System.Security.Cryptography;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>The checkpoint of one training: a file with the fingerprint of the training, a hash, and what the training makes of the
/// rest.</summary>
/// <param name="options">Where and how often.</param>
/// <param name="fingerprint">The hash of all that the training depends on: rows, options, seed.</param>
internal sealed class TrainingCheckpoint(CheckpointOptions options, byte[] fingerprint)
{
    private const uint Magic = 0x43444C4D; // "MLDC", read as a little-endian number
    private const int CurrentVersion = 1;

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    /// <summary>Whether it is time to write one.</summary>
    public bool IsDue => _sinceLast.Elapsed >= options.Interval;

    /// <summary>Reads the checkpoint, if there is one.</summary>
    /// <param name="read">Takes what <see cref="Write"/> was given.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CheckpointException">It is one of another training, or damaged.</exception>
    public bool TryRead(Action<BinaryReader> read)
    {
        byte[] content;
        try
        {
            if (!File.Exists(options.Path))
                return false;
            content = ReadContent(File.ReadAllBytes(options.Path));
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not CheckpointException)
        {
            throw new CheckpointException($"{options.Path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }

        using var reader = new BinaryReader(new MemoryStream(content));
        read(reader);
        return true;
    }

    /// <summary>Writes a checkpoint in place of the last one.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Write(Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
            write(writer);
        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        string temporary = options.Path + ".unfinished";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                using var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true);
                writer.Write(Magic);
                writer.Write(CurrentVersion);
                writer.Write(fingerprint);
                writer.Write(SHA256.HashData(bytes));
                writer.Write(bytes);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, options.Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Deleting throws where there is no such folder.
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw new CheckpointException($"The checkpoint {options.Path} cannot be written: {e.Message.TrimEnd('.')}.", e);
        }

        _sinceLast.Restart();
    }

    private byte[] ReadContent(byte[] file)
    {
        int start = sizeof(uint) + sizeof(int) + (2 * SHA256.HashSizeInBytes);
        if (file.Length < start || BitConverter.ToUInt32(file) != Magic || BitConverter.ToInt32(file, sizeof(uint)) != CurrentVersion)
            throw new CheckpointException($"{options.Path} is no checkpoint that this version reads; remove it, or name another file.");
        ReadOnlySpan<byte> hashes = file.AsSpan(sizeof(uint) + sizeof(int));
        if (!hashes[..SHA256.HashSizeInBytes].SequenceEqual(fingerprint))
        {
            throw new CheckpointException(
                $"{options.Path} is the checkpoint of another training (rows, options, seed or engine differ); " +
                "remove it, or name another file.");
        }

        byte[] content = file[start..];
        return hashes[SHA256.HashSizeInBytes..(2 * SHA256.HashSizeInBytes)].SequenceEqual(SHA256.HashData(content))
            ? content
            : throw new CheckpointException($"{options.Path} is damaged: its hash differs; remove it, or name another file.");
    }
}
