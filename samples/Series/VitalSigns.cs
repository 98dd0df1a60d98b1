/// <summary>One hour of a patient's chart.</summary>
internal sealed class VitalSigns
{
    public string Patient { get; set; } = "";

    public float Hour { get; set; }

    public float Age { get; set; }

    public float HeartRate { get; set; }

    public float Pressure { get; set; }

    public float Lactate { get; set; }

    public static string[] Measured => [nameof(HeartRate), nameof(Pressure), nameof(Lactate)];

    public float this[string name]
    {
        get => name switch { nameof(HeartRate) => HeartRate, nameof(Pressure) => Pressure, _ => Lactate };
        set => _ = name switch { nameof(HeartRate) => HeartRate = value, nameof(Pressure) => Pressure = value, _ => Lactate = value };
    }

    public VitalSigns Copy() => (VitalSigns)MemberwiseClone();
}
