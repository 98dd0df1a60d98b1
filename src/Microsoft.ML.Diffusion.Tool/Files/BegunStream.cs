namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>A stream whose beginning has been read already, and is read again.</summary>
/// <param name="beginning">What has been read.</param>
/// <param name="rest">What follows; not closed with this.</param>
internal sealed class BegunStream(ReadOnlyMemory<byte> beginning, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _beginning = beginning;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_beginning.IsEmpty)
            return rest.Read(buffer);
        int length = Math.Min(buffer.Length, _beginning.Length);
        _beginning.Span[..length].CopyTo(buffer);
        _beginning = _beginning[length..];
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
