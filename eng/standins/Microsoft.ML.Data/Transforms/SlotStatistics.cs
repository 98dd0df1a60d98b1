namespace Microsoft.ML.Data;

// Running statistics of one slot of a column of Single or Double, missing values passed over.
internal sealed class SlotStatistics
{
    private double _squares;

    public long Count { get; private set; }
    public double Mean { get; private set; }
    public double Minimum { get; private set; } = double.PositiveInfinity;
    public double Maximum { get; private set; } = double.NegativeInfinity;
    public double Variance => Count > 0 ? _squares / Count : 0;

    // Welford (1962).
    private void Add(double value)
    {
        if (double.IsNaN(value))
            return;
        Count++;
        double delta = value - Mean;
        Mean += delta / Count;
        _squares += delta * (value - Mean);
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
    }

    // Those of every slot of several columns, in one pass.
    public static SlotStatistics[][] Read(IDataView data, DataViewSchema.Column[] columns, long maximumRows = long.MaxValue)
    {
        SlotStatistics[][] all = Array.ConvertAll(columns, column
            => Enumerable.Range(0, (column.Type as VectorDataViewType)?.Size ?? 1).Select(_ => new SlotStatistics()).ToArray());
        using DataViewRowCursor cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index));
        Action[] readers = [.. columns.Select((column, i) => column.Type.ItemType() == NumberDataViewType.Single
            ? Items.CreateVisitor<float>(cursor, column, (value, slot) => all[i][slot].Add(value))
            : Items.CreateVisitor<double>(cursor, column, (value, slot) => all[i][slot].Add(value)))];
        for (long rows = 0; rows < maximumRows && cursor.MoveNext(); rows++)
        {
            foreach (Action read in readers)
                read();
        }
        return all;
    }
}
