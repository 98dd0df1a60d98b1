using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

// Sees the values of one column and says what to put in place of the missing ones.
internal sealed class ReplacementLearner
{
    private readonly DataViewSchema.Column _column;
    private readonly MissingValueReplacingEstimator.ReplacementMode _mode;
    private readonly Slot[] _slots;

    public ReplacementLearner(DataViewSchema.Column column, MissingValueReplacingEstimator.ReplacementMode mode, bool bySlot)
    {
        _column = column;
        _mode = mode;
        int size = column.Type is VectorDataViewType vector && bySlot && mode != MissingValueReplacingEstimator.ReplacementMode.DefaultValue ? vector.Size : 1;
        _slots = [.. Enumerable.Range(0, Math.Max(size, 1)).Select(_ => new Slot())];
    }

    public Action CreateReader(DataViewRow row)
    {
        DataViewSchema.Column column = row.Schema[_column.Index];
        return column.Type.ItemType() == NumberDataViewType.Single
            ? Items.CreateVisitor<float>(row, column, (value, slot) => Add(value, slot))
            : Items.CreateVisitor<double>(row, column, Add);
    }

    public double[] Finish() => Array.ConvertAll(_slots, slot => slot.Replacement(_mode));

    private void Add(double value, int slot)
    {
        if (!double.IsNaN(value))
            _slots[_slots.Length == 1 ? 0 : slot].Add(value, _mode == MissingValueReplacingEstimator.ReplacementMode.Mode);
    }

    private sealed class Slot
    {
        private readonly Dictionary<double, long> _counts = [];
        private long _count;
        private double _mean;
        private double _minimum = double.PositiveInfinity;
        private double _maximum = double.NegativeInfinity;

        public void Add(double value, bool countValues)
        {
            _count++;
            _mean += (value - _mean) / _count;
            _minimum = Math.Min(_minimum, value);
            _maximum = Math.Max(_maximum, value);
            if (countValues)
                _counts[value] = _counts.GetValueOrDefault(value) + 1;
        }

        // 0 where no value was seen.
        public double Replacement(MissingValueReplacingEstimator.ReplacementMode mode) => mode switch
        {
            MissingValueReplacingEstimator.ReplacementMode.Mean => _mean,
            MissingValueReplacingEstimator.ReplacementMode.Minimum => _minimum,
            MissingValueReplacingEstimator.ReplacementMode.Maximum => _maximum,
            MissingValueReplacingEstimator.ReplacementMode.Mode when _count > 0 => _counts.MaxBy(pair => pair.Value).Key,
            _ => 0,
        };
    }
}
