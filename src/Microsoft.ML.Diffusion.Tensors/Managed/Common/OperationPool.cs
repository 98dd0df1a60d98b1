namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A tape's operations of every type, used again from the first of the type after each reset.</summary>
internal sealed class OperationPool
{
    private static int s_types;

    private Shelf?[] _shelves = [];

    internal T Take<T>()
        where T : Operation, new()
    {
        int type = Place<T>.Index;
        if (type >= _shelves.Length)
            Array.Resize(ref _shelves, type + 1);
        Shelf shelf = _shelves[type] ??= new Shelf();
        if (shelf.Used == shelf.Operations.Count)
            shelf.Operations.Add(new T());
        return (T)shelf.Operations[shelf.Used++];
    }

    internal void Reset()
    {
        foreach (Shelf? shelf in _shelves)
        {
            if (shelf is not null)
                shelf.Used = 0;
        }
    }

    /// <summary>A number for each type of operation, given when the first is taken.</summary>
    private static class Place<T>
    {
        internal static readonly int Index = Interlocked.Increment(ref s_types) - 1;
    }

    /// <summary>The operations of one type.</summary>
    private sealed class Shelf
    {
        internal List<Operation> Operations { get; } = [];

        internal int Used { get; set; }
    }
}
