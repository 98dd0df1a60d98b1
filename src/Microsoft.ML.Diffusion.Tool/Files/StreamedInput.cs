namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>An input that comes through a pipe and is read once. Its beginning is kept, so that what it says of the rest can be found out
/// first.</summary>
/// <param name="input">What comes; closed with this.</param>
internal sealed class StreamedInput(Stream input) : IDisposable
{
    private readonly MemoryStream _beginning = new();

    /// <summary>The input from its start. Disposing it does nothing; there is one reader at a time.</summary>
    /// <param name="isLast">Whether nobody reads it again, so that nothing more is kept.</param>
    public Stream FromStart(bool isLast = false) => new Pass(input, _beginning, isLast);

    /// <inheritdoc />
    public void Dispose() => input.Dispose();

    private sealed class Pass(Stream input, MemoryStream beginning, bool isLast) : ForwardStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            ReadOnlySpan<byte> kept = beginning.GetBuffer().AsSpan(_position..(int)beginning.Length);
            int length = Math.Min(kept.Length, buffer.Length);
            if (length > 0)
            {
                kept[..length].CopyTo(buffer);
                _position += length;
                return length;
            }

            length = input.Read(buffer);
            if (!isLast)
            {
                beginning.Write(buffer[..length]);
                _position += length;
            }

            return length;
        }
    }
}
