namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Operations of one type, used again from the first after each reset of the tape.</summary>
internal sealed class OperationPool<T>
    where T : Operation, new()
{
    private readonly List<T> _operations = [];
    private int _used;

    internal T Take()
    {
        if (_used == _operations.Count)
            _operations.Add(new T());
        return _operations[_used++];
    }

    internal void Reset() => _used = 0;
}
