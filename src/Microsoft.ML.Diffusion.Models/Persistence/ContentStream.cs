namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>The content of a frame, read where it lies in a stream that can seek.</summary>
/// <param name="stream">The stream, at the first byte of the content.</param>
/// <param name="length">The bytes of the content, all of which are there.</param>
internal sealed class ContentStream(Stream stream, long length) : Stream
{
    private readonly long _start = stream.Position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => stream.Position - _start;
        set => stream.Position = _start + value;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => stream.Read(buffer[..(int)Math.Min(buffer.Length, Length - Position)]);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int ReadByte() => Position < Length ? stream.ReadByte() : -1;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
