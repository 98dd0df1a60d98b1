using Microsoft.ML.Diffusion.Tests;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Series.Tests.Splitting;

public class SeriesSplitTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    private static readonly IDataView s_view = s_ml.Data.LoadFromEnumerable(Observation.Make(40));

    [Fact]
    public void Every_series_is_in_one_part_whole_and_rows_keep_their_order()
    {
        SeriesSplit split = s_ml.Data.TrainTestSplitBySeries(s_view, "Patient", testFraction: 0.25, seed: 7);
        List<string> train = Cells.Of(split.TrainSet), test = Cells.Of(split.TestSet), all = Cells.Of(s_view);
        Assert.Equal(10, ColumnValues.Texts(split.TestSet, "Patient").Distinct().Count());
        Assert.Empty(ColumnValues.Texts(split.TrainSet, "Patient").Intersect(ColumnValues.Texts(split.TestSet, "Patient")));
        Assert.Equal(all.Order(StringComparer.Ordinal), train.Concat(test).Order(StringComparer.Ordinal));
        Assert.Equal(all.Where(train.Contains), train);
    }

    [Fact]
    public void The_seed_decides_whatever_the_order_of_rows()
    {
        IDataView reversed = s_ml.Data.LoadFromEnumerable(Enumerable.Reverse(Observation.Make(40)));
        string[] one = Tested(s_view, 7), again = Tested(reversed, 7), other = Tested(s_view, 8);
        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.Equal(Tested(s_view, null), Tested(s_view, 1));

        static string[] Tested(IDataView view, int? seed)
        {
            IDataView tested = s_ml.Data.TrainTestSplitBySeries(view, "Patient", 0.2, seed).TestSet;
            return [.. ColumnValues.Texts(tested, "Patient").Distinct().Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public void Parts_are_read_without_the_group_column_and_by_several_cursors()
    {
        SeriesSplit split = s_ml.Data.TrainTestSplitBySeries(s_ml.Data.Cache(s_view), "Patient", 0.25, 7);
        Assert.Equal(ColumnValues.Texts(split.TestSet, "Patient").Length, ColumnValues.Of<float>(split.TestSet, "HR").Length);
        using (DataViewRowCursor cursor = split.TestSet.GetRowCursor([s_view.Schema["HR"]]))
            Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(split.TestSet.Schema["Patient"]));
        List<string> lines = [];
        foreach (DataViewRowCursor cursor in split.TestSet.GetRowCursorSet(split.TestSet.Schema, 3))
        {
            using (cursor)
                lines.AddRange(Cells.Of(cursor, split.TestSet.Schema));
        }
        Assert.Equal(Cells.Of(split.TestSet).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Contains("did you mean Patient", Assert.Throws<ArgumentException>(
            () => s_ml.Data.TrainTestSplitBySeries(s_view, "Patents")).Message, StringComparison.Ordinal);
        Assert.Contains("names no series", Assert.Throws<ArgumentException>(
            () => s_ml.Data.TrainTestSplitBySeries(s_view, "Dies")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_ml.Data.TrainTestSplitBySeries(s_view, "Patient", 1));
        IDataView one = s_ml.Data.LoadFromEnumerable(Observation.Make(1));
        Assert.Contains("names 1 series", Assert.Throws<InvalidDataException>(
            () => s_ml.Data.TrainTestSplitBySeries(one, "Patient")).Message, StringComparison.Ordinal);
        IDataView nameless = s_ml.Data.LoadFromEnumerable(new Observation[] { new() });
        Assert.Contains("Row 1", Assert.Throws<InvalidDataException>(
            () => s_ml.Data.TrainTestSplitBySeries(nameless, "Patient")).Message, StringComparison.Ordinal);
    }
}
