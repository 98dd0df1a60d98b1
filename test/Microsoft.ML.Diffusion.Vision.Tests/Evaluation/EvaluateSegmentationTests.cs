using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Vision.Tests.Evaluation;

public class EvaluateSegmentationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Figures_are_those_of_a_hand_count()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(new List<MaskRow>
        {
            new() { Mask = [0, 0, 1, 255], PredictedMask = [1, 2, 2, 3] },
            new() { Mask = [1, 1, 0, 0], PredictedMask = [2, 1, 1, 0] },
            new() { Mask = [], PredictedMask = [1, 1, 1, 1] },
        });
        SegmentationMetrics metrics = _ml.EvaluateSegmentation(view);

        // Class 0: 2 of both, 4 of either. Class 1: 2 of 4. Class 2 is nowhere: its one prediction is where no class is known.
        Assert.Equal(2.0 / 4, metrics.PerClassIntersectionOverUnion[0], 1e-12);
        Assert.Equal(2.0 / 4, metrics.PerClassIntersectionOverUnion[1], 1e-12);
        Assert.True(double.IsNaN(metrics.PerClassIntersectionOverUnion[2]));
        Assert.Equal(0.5, metrics.MeanIntersectionOverUnion, 1e-12);
        Assert.Equal(1.0 / 3, metrics.MeanOverAllClasses, 1e-12);
        Assert.Equal((2, 1, 1, 2), (metrics.Confusion(0, 0), metrics.Confusion(0, 1), metrics.Confusion(1, 0), metrics.Confusion(1, 1)));
        Assert.Equal(1, metrics.MissingPixels);
        Assert.Equal(["0", "1", "2"], metrics.ClassNames);
    }

    [Fact]
    public void Masks_that_cannot_be_compared_are_refused()
    {
        Refused<InvalidDataException>("Row 1 has a mask of 3 pixels", [0, 0, 1]);
        Refused<InvalidDataException>("class 7", [0, 7, 0, 0]);
        Refused<InvalidDataException>("nothing to compare", []);
        IDataView view = _ml.Data.LoadFromEnumerable(new List<MaskRow> { new() });
        Assert.Throws<ArgumentException>(() => _ml.EvaluateSegmentation(view, predictedColumnName: "Predicted"));
        Assert.Throws<ArgumentException>(() => _ml.EvaluateSegmentation(view, predictedColumnName: "Mask"));

        void Refused<T>(string sentence, byte[] mask)
            where T : Exception
        {
            IDataView rows = _ml.Data.LoadFromEnumerable(new List<MaskRow> { new() { Mask = mask, PredictedMask = [1, 1, 2, 2] } });
            Assert.Contains(sentence, Assert.Throws<T>(() => _ml.EvaluateSegmentation(rows)).Message, StringComparison.Ordinal);
        }
    }

    private sealed class MaskRow
    {
        public byte[] Mask { get; set; } = [];

        [KeyType(3)]
        public uint[] PredictedMask { get; set; } = [];
    }
}
