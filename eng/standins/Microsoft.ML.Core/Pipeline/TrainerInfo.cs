namespace Microsoft.ML;

// What a trainer would like of its data.
public sealed class TrainerInfo
{
    internal TrainerInfo(bool normalization = true, bool calibration = false, bool caching = true)
    {
        NeedNormalization = normalization;
        NeedCalibration = calibration;
        WantCaching = caching;
    }

    public bool NeedNormalization { get; }
    public bool WantCaching { get; }
    internal bool NeedCalibration { get; }
}
