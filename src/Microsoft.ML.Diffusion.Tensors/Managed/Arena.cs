namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Memory handed out front to back and taken back all at once.</summary>
internal sealed class Arena
{
    private const int SmallestBlock = 1 << 14;

    private readonly List<AlignedBuffer> _blocks = [];
    private int _block;
    private int _used;
    private long _total;

    /// <summary>Takes <paramref name="length"/> floats; start and length are padded to whole 64-byte vectors.</summary>
    internal (AlignedBuffer Buffer, int Start) Take(int length)
    {
        length = AlignedBuffer.RoundUp(length);
        while (_block < _blocks.Count && _blocks[_block].Length - _used < length)
        {
            _block++;
            _used = 0;
        }

        if (_block == _blocks.Count)
        {
            long wanted = Math.Max(Math.Max(SmallestBlock, length), Math.Min(_total, 1 << 24));
            _blocks.Add(new AlignedBuffer((int)wanted));
            _total += wanted;
        }

        int start = _used;
        _used += length;
        return (_blocks[_block], start);
    }

    /// <summary>Takes everything back.</summary>
    internal void Reset() => (_block, _used) = (0, 0);
}
