namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>Sums over the rows of one bin (or leaf).</summary>
internal struct SlotSums
{
    public double Gradient;
    public double Hessian;
    public int Count;

    public void Add(float gradient, float hessian)
    {
        Gradient += gradient;
        Hessian += hessian;
        Count++;
    }

    public readonly SlotSums Plus(in SlotSums other) =>
        new() { Gradient = Gradient + other.Gradient, Hessian = Hessian + other.Hessian, Count = Count + other.Count };

    public readonly SlotSums Minus(in SlotSums other) =>
        new() { Gradient = Gradient - other.Gradient, Hessian = Hessian - other.Hessian, Count = Count - other.Count };
}

/// <summary>A question that a node may ask, and by how much asking it lowers the loss.</summary>
internal readonly record struct Split(double Gain, int Feature, int LastLeftBin, bool MissingGoesLeft, SlotSums LeftSums)
{
    public static readonly Split None = new(0, -1, 0, false, default);

    public static Split Better(Split first, Split second) => second.Gain > first.Gain ? second : first;

    /// <summary>The best threshold of one feature, and the better side for its missing values.</summary>
    public static Split BestOf(BinnedTable table, int feature, SlotSums[] histogram, in SlotSums leaf, GrowOptions options)
    {
        BinnedTable.Placement placement = table.PlacementOf(feature);
        FeatureBins bins = table.Bins(feature);
        ReadOnlySpan<SlotSums> column = histogram.AsSpan(table.FirstSlot(placement.Column));

        SlotSums implied = leaf;
        if (placement.ImpliedBin >= 0)
        {
            for (int bin = 0; bin < bins.BinCount; bin++)
            {
                if (bin != placement.ImpliedBin)
                    implied = implied.Minus(column[placement.SlotOf(bin)]);
            }
        }

        double unsplit = Quality(leaf, options);
        SlotSums missing = bins.HasMissing ? At(bins.ValueBinCount, column) : default;
        SlotSums below = default;
        Split best = None;
        int last = bins.HasMissing ? bins.ValueBinCount : bins.ValueBinCount - 1;
        for (int bin = 0; bin < last; bin++)
        {
            below = below.Plus(At(bin, column));
            best = Better(best, Try(below, bin, missingGoesLeft: false, leaf));
            if (missing.Count > 0 && bin < bins.ValueBinCount - 1)
                best = Better(best, Try(below.Plus(missing), bin, missingGoesLeft: true, leaf));
        }
        return best;

        SlotSums At(int bin, ReadOnlySpan<SlotSums> slots) =>
            bin == placement.ImpliedBin ? implied : slots[placement.SlotOf(bin)];

        Split Try(in SlotSums left, int bin, bool missingGoesLeft, in SlotSums all)
        {
            SlotSums right = all.Minus(left);
            bool enough = left.Count >= options.MinimumExamplesPerLeaf && right.Count >= options.MinimumExamplesPerLeaf
                && left.Hessian >= options.MinimumHessianPerLeaf && right.Hessian >= options.MinimumHessianPerLeaf;
            if (!enough)
                return None;
            double gain = Quality(left, options) + Quality(right, options) - unsplit;
            return gain > 1e-10 ? new Split(gain, feature, bin, missingGoesLeft, left) : None;
        }
    }

    private static double Quality(in SlotSums sums, GrowOptions options) =>
        sums.Gradient * sums.Gradient / (sums.Hessian + options.L2Regularization + 1e-12);
}
