namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>
/// A table of floats as bins. Features that are never away from zero in the same row (such as the slots of a one-hot
/// vector) share one column of bytes, so that a histogram costs one pass for all of them (exclusive feature bundling,
/// Ke et al., "LightGBM", NeurIPS 2017, section 4).
/// </summary>
internal sealed class BinnedTable
{
    /// <summary>Where a feature's bins lie: in the slots of its column, the bin of zero being implied if it is bundled.</summary>
    internal readonly record struct Placement(int Column, int FirstSlot, int ImpliedBin)
    {
        /// <summary>The slot of a bin that is not implied.</summary>
        public int SlotOf(int bin) => FirstSlot + bin - (ImpliedBin >= 0 && bin > ImpliedBin ? 1 : 0);
    }

    private const int MaximumSlots = 256;
    private const int MaximumValueBins = 255;

    private readonly FeatureBins[] _bins;
    private readonly Placement[] _placements;
    private readonly byte[][] _columns;
    private readonly int[] _firstSlots;
    private readonly int[][] _featuresOfColumn;

    /// <param name="features">One array a feature, all as long as there are rows.</param>
    /// <param name="maximumBinCount">The most bins a feature gets.</param>
    public BinnedTable(float[][] features, int rowCount, int maximumBinCount)
    {
        RowCount = rowCount;
        _bins = new FeatureBins[features.Length];
        var zeroBins = new int[features.Length];
        var awayFromZero = new int[features.Length];
        Parallel.For(0, features.Length, f =>
        {
            float[] sorted = features[f].AsSpan(0, rowCount).ToArray();
            // One slot of the 256 is kept for the missing values.
            _bins[f] = FeatureBins.Of(sorted, Math.Clamp(maximumBinCount, 2, MaximumValueBins));
            zeroBins[f] = _bins[f].BinOf(0);
            awayFromZero[f] = features[f].AsSpan(0, rowCount).ToArray().Count(value => _bins[f].BinOf(value) != zeroBins[f]);
        });

        List<List<int>> bundles = Bundle(features, zeroBins, awayFromZero);
        _placements = new Placement[features.Length];
        _columns = new byte[bundles.Count][];
        _firstSlots = new int[bundles.Count + 1];
        _featuresOfColumn = new int[bundles.Count][];
        for (int column = 0; column < bundles.Count; column++)
        {
            List<int> bundle = bundles[column];
            int slots = bundle.Count > 1 ? 1 : 0; // slot 0 of a bundle: all of its features are zero
            foreach (int f in bundle)
            {
                _placements[f] = new Placement(column, slots, bundle.Count > 1 ? zeroBins[f] : -1);
                slots += _bins[f].BinCount - (bundle.Count > 1 ? 1 : 0);
            }
            _firstSlots[column + 1] = _firstSlots[column] + slots;
            _featuresOfColumn[column] = bundle.ToArray();
        }
        Parallel.For(0, bundles.Count, column => _columns[column] = FillColumn(features, bundles[column]));
    }

    public int RowCount { get; }

    public int FeatureCount => _bins.Length;

    public int ColumnCount => _columns.Length;

    /// <summary>The slots of all columns together: the length of a histogram.</summary>
    public int SlotCount => _firstSlots[^1];

    public FeatureBins Bins(int feature) => _bins[feature];

    public Placement PlacementOf(int feature) => _placements[feature];

    public ReadOnlySpan<byte> Column(int column) => _columns[column];

    public ReadOnlySpan<int> FeaturesOf(int column) => _featuresOfColumn[column];

    public int FirstSlot(int column) => _firstSlots[column];

    /// <summary>Whether a slot of the feature's column stands for a bin that goes left.</summary>
    public bool[] GoesLeft(int feature, int lastLeftBin, bool missingGoesLeft)
    {
        Placement placement = _placements[feature];
        FeatureBins bins = _bins[feature];
        var goesLeft = new bool[MaximumSlots];
        if (placement.ImpliedBin >= 0)
            Array.Fill(goesLeft, Left(placement.ImpliedBin));
        for (int bin = 0; bin < bins.BinCount; bin++)
        {
            if (bin != placement.ImpliedBin)
                goesLeft[placement.SlotOf(bin)] = Left(bin);
        }
        return goesLeft;

        bool Left(int bin) => bin == bins.ValueBinCount ? missingGoesLeft : bin <= lastLeftBin;
    }

    // Puts every feature into the first bundle that has room for it and none of its rows away from zero.
    private List<List<int>> Bundle(float[][] features, int[] zeroBins, int[] awayFromZero)
    {
        var bundles = new List<List<int>>();
        var taken = new List<(ulong[] Rows, int RowCount, int Slots)>();
        for (int f = 0; f < features.Length; f++)
        {
            if (_bins[f].BinCount < 2)
                continue; // a constant says nothing
            int chosen = -1;
            ulong[] rows = null;
            for (int b = 0; b < bundles.Count && chosen < 0; b++)
            {
                if (taken[b].RowCount + awayFromZero[f] > RowCount || taken[b].Slots + _bins[f].BinCount - 1 > MaximumSlots)
                    continue;
                rows ??= RowsAwayFromZero(features[f], _bins[f], zeroBins[f]);
                if (!Overlap(taken[b].Rows, rows))
                    chosen = b;
            }
            if (chosen < 0)
            {
                bool dense = awayFromZero[f] == RowCount;
                rows = dense ? [] : rows ?? RowsAwayFromZero(features[f], _bins[f], zeroBins[f]);
                bundles.Add([f]);
                taken.Add((rows, awayFromZero[f], _bins[f].BinCount));
                continue;
            }
            bundles[chosen].Add(f);
            for (int i = 0; i < rows.Length; i++)
                taken[chosen].Rows[i] |= rows[i];
            taken[chosen] = (taken[chosen].Rows, taken[chosen].RowCount + awayFromZero[f], taken[chosen].Slots + _bins[f].BinCount - 1);
        }
        return bundles;
    }

    private ulong[] RowsAwayFromZero(float[] feature, FeatureBins bins, int zeroBin)
    {
        var rows = new ulong[(RowCount + 63) / 64];
        for (int row = 0; row < RowCount; row++)
        {
            if (bins.BinOf(feature[row]) != zeroBin)
                rows[row >> 6] |= 1UL << (row & 63);
        }
        return rows;
    }

    private static bool Overlap(ulong[] first, ulong[] second)
    {
        for (int i = 0; i < Math.Min(first.Length, second.Length); i++)
        {
            if ((first[i] & second[i]) != 0)
                return true;
        }
        return false;
    }

    private byte[] FillColumn(float[][] features, List<int> bundle)
    {
        var column = new byte[RowCount];
        foreach (int f in bundle)
        {
            Placement placement = _placements[f];
            for (int row = 0; row < RowCount; row++)
            {
                int bin = _bins[f].BinOf(features[f][row]);
                if (bin != placement.ImpliedBin)
                    column[row] = (byte)placement.SlotOf(bin);
            }
        }
        return column;
    }
}
