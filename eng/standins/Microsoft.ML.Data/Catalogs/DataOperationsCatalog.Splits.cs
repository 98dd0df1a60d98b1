using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public readonly struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }

    // Each row falls to either side by a number between 0 and 1 of its own; rows with the same sampling key fall together.
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        var numbers = new RowNumbers(data, samplingKeyColumnName, SplitSeed(seed));
        return new(numbers.Outside(0, testFraction), numbers.Inside(0, testFraction));
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (numberOfFolds < 2)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), "Must be more than 1");
        var numbers = new RowNumbers(data, samplingKeyColumnName, SplitSeed(seed));
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold =>
        {
            double lower = (double)fold / numberOfFolds;
            double upper = fold + 1 == numberOfFolds ? 1 : (fold + 1.0) / numberOfFolds;
            return new TrainTestData(numbers.Outside(lower, upper), numbers.Inside(lower, upper));
        })];
    }

    private int SplitSeed(int? seed) => seed ?? _env.Register(nameof(TrainTestSplit)).Rand.Next();
}
