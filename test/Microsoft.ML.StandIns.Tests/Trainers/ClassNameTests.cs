using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Trainers;

public sealed class ClassNameTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Names_of_classes_come_back_with_the_prediction_after_saving_too()
    {
        Simulated.Row[] rows = Simulated.Rows(300, seed: 1);
        foreach (Simulated.Row row in rows)
            row.Text = row.Sector switch { 0 => "east", 1 => "north", _ => "south" };
        IDataView train = _ml.Data.LoadFromEnumerable(rows);
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.MulticlassClassification.Trainers.LightGbm("Key"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"))
            .Fit(train);
        ITransformer loaded = Simulated.SavedAndLoaded(_ml, model, train.Schema);
        foreach (ITransformer one in new[] { model, loaded })
        {
            IDataView scored = one.Transform(train);
            Assert.InRange(scored.GetColumn<string>("Name").Zip(rows).Count(pair => pair.First == pair.Second.Text), 285, 300);
            VBuffer<ReadOnlyMemory<char>> slots = default;
            scored.Schema["Score"].Annotations.GetValue("SlotNames", ref slots);
            Assert.Equal(["east", "north", "south"], slots.DenseValues().Select(name => name.ToString()).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        }
    }
}
