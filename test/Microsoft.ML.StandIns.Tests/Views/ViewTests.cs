using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Views;

public sealed class ViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float Number { get; set; }
        public string Group { get; set; } = "";
        [VectorType(2)] public float[] Pair { get; set; } = [0, 0];
    }

    private IDataView Numbers(int count)
        => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Number = i, Group = "g" + i % 7, Pair = [i, -i] }).ToList());

    private static float[] Read(IDataView data) => [.. data.GetColumn<float>("Number")];

    private static List<DataViewRowId> Ids(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id);
        }
        return ids;
    }

    [Fact]
    public void Rows_are_skipped_and_taken()
    {
        Assert.Equal([3, 4], Read(_ml.Data.TakeRows(_ml.Data.SkipRows(Numbers(10), 3), 2)));
        Assert.Equal(2, _ml.Data.TakeRows(Numbers(10), 2).GetRowCount());
        Assert.Empty(Read(_ml.Data.SkipRows(Numbers(3), 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(Numbers(3), 0));
    }

    [Fact]
    public void Rows_keep_their_ids_when_others_are_left_out()
    {
        List<DataViewRowId> ids = Ids(Numbers(10));
        Assert.Equal(ids[3..5], Ids(_ml.Data.TakeRows(_ml.Data.SkipRows(Numbers(10), 3), 2)));
        Assert.Equal(ids[4..7], Ids(_ml.Data.FilterRowsByColumn(Numbers(10), "Number", 4, 7)));
        Assert.Equal(ids.Order(), Ids(_ml.Data.ShuffleRows(Numbers(10), seed: 3)).Order());
    }

    [Fact]
    public void A_filter_keeps_what_is_at_least_the_lower_and_below_the_upper_bound()
    {
        Assert.Equal([4, 5, 6], Read(_ml.Data.FilterRowsByColumn(Numbers(10), "Number", 4, 7)));
        IDataView holes = _ml.Data.LoadFromEnumerable(new List<Row> { new() { Number = float.NaN }, new() { Number = 1 } });
        Assert.Equal([1], Read(_ml.Data.FilterRowsByColumn(holes, "Number", lowerBound: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(holes, "Group", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(holes, "Absent", 0, 1));
    }

    [Fact]
    public void Rows_with_a_missing_value_are_left_out()
    {
        IDataView holes = _ml.Data.LoadFromEnumerable(new List<Row>
        {
            new() { Number = 1 }, new() { Number = float.NaN }, new() { Number = 3, Pair = [0, float.NaN] },
        });
        Assert.Equal([1, 3], Read(_ml.Data.FilterRowsByMissingValues(holes, "Number")));
        Assert.Equal([1], Read(_ml.Data.FilterRowsByMissingValues(holes, "Number", "Pair")));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(holes, "Group"));
    }

    [Fact]
    public void A_shuffle_is_a_permutation_that_its_seed_fixes()
    {
        float[] shuffled = Read(_ml.Data.ShuffleRows(Numbers(500), seed: 4));
        Assert.NotEqual(Read(Numbers(500)), shuffled);
        Assert.Equal(Read(Numbers(500)), shuffled.Order());
        Assert.Equal(shuffled, Read(new MLContext().Data.ShuffleRows(Numbers(500), seed: 4)));
        float[] small = Read(_ml.Data.ShuffleRows(Numbers(500), seed: 4, shufflePoolSize: 10));
        Assert.Equal(Read(Numbers(500)), small.Order());
    }

    [Fact]
    public void A_shuffled_row_stays_one_row()
    {
        IDataView shuffled = _ml.Data.ShuffleRows(Numbers(200), seed: 5, shufflePoolSize: 20);
        foreach (Row row in _ml.Data.CreateEnumerable<Row>(shuffled, reuseRowObject: false))
            Assert.Equal([row.Number, -row.Number], row.Pair);
    }

    [Fact]
    public void A_split_parts_the_rows_by_about_its_fraction()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Numbers(2000), testFraction: 0.3, seed: 2);
        float[] train = Read(split.TrainSet), test = Read(split.TestSet);
        Assert.Equal(Read(Numbers(2000)), train.Concat(test).Order());
        Assert.InRange(test.Length, 500, 700);
        Assert.Equal(test, Read(_ml.Data.TrainTestSplit(Numbers(2000), testFraction: 0.3, seed: 2).TestSet));
        Assert.Equal(3, split.TrainSet.Schema.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Numbers(3), testFraction: 1));
    }

    [Fact]
    public void Rows_with_one_sampling_key_stay_together()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Numbers(700), testFraction: 0.4, samplingKeyColumnName: "Group", seed: 2);
        Assert.Empty(split.TrainSet.GetColumn<string>("Group").Intersect(split.TestSet.GetColumn<string>("Group")));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(Numbers(3), samplingKeyColumnName: "Absent"));
    }

    [Fact]
    public void Every_row_is_tested_in_one_fold()
    {
        IReadOnlyList<DataOperationsCatalog.TrainTestData> folds = _ml.Data.CrossValidationSplit(Numbers(600), numberOfFolds: 4, seed: 3);
        Assert.Equal(4, folds.Count);
        Assert.Equal(Read(Numbers(600)), folds.SelectMany(fold => Read(fold.TestSet)).Order());
        Assert.All(folds, fold => Assert.Equal(600, Read(fold.TrainSet).Length + Read(fold.TestSet).Length));
    }

    [Fact]
    public void A_cache_reads_its_source_once()
    {
        int read = 0;
        IEnumerable<Row> Rows()
        {
            for (int i = 0; i < 5; i++)
            {
                read++;
                yield return new Row { Number = i };
            }
        }
        IDataView cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Rows()));
        Assert.Equal(Read(cached), Read(cached));
        Assert.Equal(5, read);
    }

    [Fact]
    public void A_set_of_cursors_shares_the_rows_out()
    {
        IDataView cached = _ml.Data.Cache(Numbers(1000));
        DataViewRowCursor[] cursors = cached.GetRowCursorSet([cached.Schema["Number"]], 4);
        var seen = new List<float>();
        foreach (DataViewRowCursor cursor in cursors)
        {
            using (cursor)
            {
                ValueGetter<float> getter = cursor.GetGetter<float>(cached.Schema["Number"]);
                float value = 0;
                while (cursor.MoveNext())
                {
                    getter(ref value);
                    seen.Add(value);
                }
            }
        }
        Assert.Equal(Read(Numbers(1000)), seen.Order());
    }

    [Fact]
    public void A_cache_shuffles_for_a_cursor_that_asks()
    {
        IDataView cached = _ml.Data.Cache(Numbers(100));
        Assert.True(cached.CanShuffle);
        using DataViewRowCursor cursor = cached.GetRowCursor([cached.Schema["Number"]], new Random(1));
        ValueGetter<float> getter = cursor.GetGetter<float>(cached.Schema["Number"]);
        var seen = new List<float>();
        float value = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            seen.Add(value);
        }
        Assert.NotEqual(Read(cached), seen);
        Assert.Equal(Read(cached), seen.Order());
    }
}
