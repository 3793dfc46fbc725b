"""SageMaker behind the ports TrainingPlatform and ModelHosting: AWS's words, states and errors end here."""
