using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Trainers;

/// <summary>Trees on the Census income table; a serious gradient boosting reaches an AUC of 0.927 to 0.930.</summary>
public sealed class CensusTests
{
    private static readonly int[] _numbers = [0, 2, 4, 10, 11, 12];
    private static readonly int[] _categories = [1, 3, 5, 6, 7, 8, 9, 13];

    private readonly MLContext _ml = new(seed: 1);

    [RealDataFact("adult_train.csv.gz")]
    [Trait("Category", "RealData")]
    public void Boosted_trees_rank_incomes_as_well_as_any()
    {
        IDataView train = Read(RealData.PathOf("adult_train.csv.gz")), test = Read(RealData.PathOf("adult_test.csv"));
        TransformerChain<ColumnConcatenatingTransformer> prepared = _ml.Transforms.Categorical.OneHotEncoding("Categories")
            .Append(_ml.Transforms.Concatenate("Features", "Numbers", "Categories"))
            .Fit(train);
        IDataView ready = prepared.Transform(train), unseen = prepared.Transform(test);
        Assert.InRange(Auc(_ml.BinaryClassification.Trainers.FastTree().Fit(ready)), 0.92, 0.94);
        Assert.InRange(Auc(_ml.BinaryClassification.Trainers.LightGbm().Fit(ready)), 0.92, 0.94);

        double Auc(ITransformer model) => _ml.BinaryClassification.Evaluate(model.Transform(unseen)).AreaUnderRocCurve;
    }

    private IDataView Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        var people = new List<Person>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            string[] cells = line.Split(',');
            people.Add(new Person
            {
                Numbers = Array.ConvertAll(_numbers, column => float.Parse(cells[column], CultureInfo.InvariantCulture)),
                Categories = Array.ConvertAll(_categories, column => cells[column]),
                Label = cells[14] == ">50K",
            });
        }
        return _ml.Data.LoadFromEnumerable(people);
    }

    private sealed class Person
    {
        [VectorType(6)]
        public float[] Numbers { get; set; } = [];

        [VectorType(8)]
        public string[] Categories { get; set; } = [];

        public bool Label { get; set; }
    }
}
