using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Groups of columns as indices on a device. Groups of similar length are worked on together, padded to the longest of them: a few
/// operations instead of a few for every group.</summary>
internal sealed class TorchGroups : IDisposable
{
    /// <summary>What is added to the logits of padding: as good as minus infinity, but zero times it is zero.</summary>
    private const float NoLogit = -1e30f;

    private readonly ColumnGroups _groups;
    private readonly torch.Device _device;
    private readonly Dictionary<int, torch.Tensor> _places = [];

    internal TorchGroups(ColumnGroups groups, torch.Device device)
    {
        (_groups, _device) = (groups, device);
        Buckets = [.. Enumerable.Range(0, groups.Count)
            .GroupBy(group => BitOperations.Log2((uint)groups[group].Length - 1 | 1))
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => new Bucket(groups, [.. bucket], device))];
    }

    internal IReadOnlyList<Bucket> Buckets { get; }

    /// <summary>For each of some columns its place in a row that holds these columns and then every bucket: that in the bucket for
    /// columns of
    /// groups, its own for others.</summary>
    /// <param name="columns">How many columns there are.</param>
    internal torch.Tensor PlacesAfter(int columns)
    {
        lock (_places)
        {
            if (!_places.TryGetValue(columns, out torch.Tensor? known))
                _places.Add(columns, known = Place(columns));
            return known;
        }
    }

    /// <summary>Indices on a device.</summary>
    internal static torch.Tensor Index(long[] values, torch.Device device)
    {
        torch.Tensor host = torch.empty([values.Length], torch.ScalarType.Int64, torch.CPU).DetachFromDisposeScope();
        MemoryMarshal.AsBytes<long>(values).CopyTo(host.bytes);
        if (device.type == global::TorchSharp.DeviceType.CPU)
            return host;
        using (host)
            return Transfer.ToGpu(host, torch.ScalarType.Int64, device);
    }

    public void Dispose()
    {
        foreach (Bucket bucket in Buckets)
            bucket.Dispose();
        foreach (torch.Tensor places in _places.Values)
            places.Dispose();
    }

    private torch.Tensor Place(int columns)
    {
        long[] places = new long[columns];
        for (int i = 0; i < columns; i++)
            places[i] = i;
        int start = columns;
        foreach (Bucket bucket in Buckets)
        {
            for (int i = 0; i < bucket.Groups; i++)
            {
                (int first, int length) = _groups[bucket.GroupNumbers[i]];
                for (int j = 0; j < length; j++)
                    places[first + j] = start + (i * bucket.Length) + j;
            }

            start += bucket.Groups * bucket.Length;
        }

        return Index(places, _device);
    }

    /// <summary>Groups of similar length.</summary>
    internal sealed class Bucket : IDisposable
    {
        internal Bucket(ColumnGroups groups, int[] numbers, torch.Device device)
        {
            GroupNumbers = numbers;
            Length = numbers.Max(group => groups[group].Length);
            long[] columns = new long[numbers.Length * Length];
            float[] nothing = new float[columns.Length], something = new float[columns.Length];
            bool isPadded = false;
            for (int i = 0; i < columns.Length; i++)
            {
                (int start, int length) = groups[numbers[i / Length]];
                bool isThere = i % Length < length;
                columns[i] = start + (isThere ? i % Length : 0);
                (nothing[i], something[i]) = isThere ? (0, 1) : (NoLogit, 0);
                isPadded |= !isThere;
            }

            Columns = Index(columns, device);
            Members = Index([.. numbers.Select(group => (long)group)], device);
            if (isPadded)
                (Nothing, Something) = (Upload(nothing, device), Upload(something, device));
        }

        /// <summary>The groups, by their numbers.</summary>
        internal int[] GroupNumbers { get; }

        /// <summary>How many groups.</summary>
        internal int Groups => GroupNumbers.Length;

        /// <summary>Columns of the longest.</summary>
        internal int Length { get; }

        /// <summary>[groups times length]: which columns; in padding, any.</summary>
        internal torch.Tensor Columns { get; }

        /// <summary>[groups]: their numbers.</summary>
        internal torch.Tensor Members { get; }

        /// <summary>[groups times length]: 0, and <see cref="NoLogit"/> in padding; null where there is none.</summary>
        internal torch.Tensor? Nothing { get; }

        /// <summary>[groups times length]: 1, and 0 in padding; null where there is none.</summary>
        internal torch.Tensor? Something { get; }

        public void Dispose()
        {
            Columns.Dispose();
            Members.Dispose();
            Nothing?.Dispose();
            Something?.Dispose();
        }

        private static torch.Tensor Upload(float[] values, torch.Device device)
        {
            torch.Tensor tensor = torch.empty([values.Length], torch.ScalarType.Float32, device).DetachFromDisposeScope();
            Transfer.Upload(values, tensor);
            return tensor;
        }
    }
}
