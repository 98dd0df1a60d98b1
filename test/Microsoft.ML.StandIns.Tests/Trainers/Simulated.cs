using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Trainers;

/// <summary>Rows whose labels follow from the first two of four features, with noise.</summary>
internal static class Simulated
{
    public sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        /// <summary>Likelier the larger 4 x0 - 3 x1.</summary>
        public bool Label { get; set; }

        /// <summary>Which of three sectors (x0, x1) lies in.</summary>
        [KeyType(3)]
        public uint Sector { get; set; }

        /// <summary>2 x0 - x1 + x0 x1 / 2, give or take 0.1.</summary>
        public float Target { get; set; }

        public float Weight { get; set; } = 1;

        public string Text { get; set; } = "";
    }

    public static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 4).Select(_ => 2 * random.NextSingle() - 1)];
            double odds = Math.Exp(5 * (4 * x[0] - 3 * x[1]));
            return new Row
            {
                Features = x,
                Label = random.NextDouble() < odds / (1 + odds),
                Sector = x[0] > 0.2f ? 0u : x[1] > 0 ? 1u : 2u,
                Target = 2 * x[0] - x[1] + 0.5f * x[0] * x[1] + 0.1f * (2 * random.NextSingle() - 1),
            };
        }).ToArray();
    }

    public static IDataView View(MLContext ml, int count = 600, int seed = 1) => ml.Data.LoadFromEnumerable(Rows(count, seed));

    public static float[] Scores(ITransformer model, IDataView view) => [.. model.Transform(view).GetColumn<float>("Score")];

    public static float[][] VectorScores(ITransformer model, IDataView view) =>
        [.. model.Transform(view).GetColumn<VBuffer<float>>("Score").Select(scores => scores.DenseValues().ToArray())];

    public static ITransformer SavedAndLoaded(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    public static string Annotation(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }
}
