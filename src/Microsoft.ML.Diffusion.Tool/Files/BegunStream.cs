namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>A stream whose beginning has been read already, and is read again.</summary>
/// <param name="beginning">What has been read.</param>
/// <param name="rest">What follows; not closed with this.</param>
internal sealed class BegunStream(ReadOnlyMemory<byte> beginning, Stream rest) : ForwardStream
{
    private ReadOnlyMemory<byte> _beginning = beginning;

    public override int Read(Span<byte> buffer)
    {
        if (_beginning.IsEmpty)
            return rest.Read(buffer);
        int length = Math.Min(buffer.Length, _beginning.Length);
        _beginning.Span[..length].CopyTo(buffer);
        _beginning = _beginning[length..];
        return length;
    }
}
